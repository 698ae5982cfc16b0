"use strict";

// The issuer sends the browser here with `code` and `state`, or with `error`; Swagger UI waits in the window that opened us.
const waiting = window.opener && window.opener.swaggerUIRedirectOauth2;
const message = document.getElementById("message");
const answer = new URLSearchParams(window.location.search || window.location.hash.slice(1));

function fail(text) {
  waiting.errCb({ authId: waiting.auth.name, source: "auth", level: "error", message: text });
}

if (!waiting) {
  message.textContent = "Nobody is waiting for this sign-in. Open /docs and press Authorize.";
} else {
  const { auth, state, redirectUrl, callback } = waiting;
  if (answer.get("state") !== state) {
    fail("The answer does not belong to this sign-in (state differs). Nothing was accepted.");
  } else if (answer.get("code")) {
    delete auth.state;
    auth.code = answer.get("code");
    callback({ auth, redirectUrl });
  } else {
    fail([answer.get("error") || "No code came back", answer.get("error_description")].filter(Boolean).join(": "));
  }
  window.close();
}
