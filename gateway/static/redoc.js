"use strict";

Redoc.init(
  "/openapi.json",
  { disableSearch: false, hideDownloadButton: false, nativeScrollbars: true, pathInMiddlePanel: true },
  document.getElementById("redoc"),
);
