"use strict";

const place = document.getElementById("swagger-ui");
const path = "/docs/oauth2-redirect";

// On one's own machine the same gateway has two names, and the window that comes back must share ours.
const loopback = (origin) => ["127.0.0.1", "localhost"].includes(new URL(origin).hostname);
const sameMachine = loopback(place.dataset.publicUrl) && loopback(window.location.origin);
const origin = sameMachine ? window.location.origin : place.dataset.publicUrl;

const ui = SwaggerUIBundle({
  dom_id: "#swagger-ui",
  url: "/openapi.json",
  oauth2RedirectUrl: origin + path,
  deepLinking: true,
  displayOperationId: false,
  displayRequestDuration: true,
  docExpansion: "list",
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
