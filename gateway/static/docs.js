"use strict";

const place = document.getElementById("swagger-ui");

const ui = SwaggerUIBundle({
  dom_id: "#swagger-ui",
  url: "/openapi.json",
  oauth2RedirectUrl: place.dataset.redirect,
  deepLinking: true,
  displayOperationId: false,
  displayRequestDuration: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: true,
  presets: [SwaggerUIBundle.presets.apis],
  showExtensions: false,
  tagsSorter: "alpha",
  tryItOutEnabled: true,
  validatorUrl: null,
});

ui.initOAuth({
  clientId: place.dataset.clientId,
  scopeSeparator: " ",
  usePkceWithAuthorizationCodeGrant: true,
});

window.ui = ui;
