"use strict";

const place = document.getElementById("swagger-ui");
const path = "/docs/oauth2-redirect";

// On one's own machine the same gateway has two names, and the window that comes back must share ours.
const loopback = (origin) => ["127.0.0.1", "localhost"].includes(new URL(origin).hostname);
const sameMachine = loopback(place.dataset.publicUrl) && loopback(window.location.origin);
const origin = sameMachine ? window.location.origin : place.dataset.publicUrl;

// The documents show one key with every write. Tried as it stands it names the body that goes with it: the same body
// again is the same request and counts once, another body (another example, a changed amount) is another request.
const shownKeys = new Set();

const noteShownKeys = () => {
  const operations = Object.values(ui.specSelectors.specJson().toJS().paths).flatMap(Object.values);
  for (const parameter of operations.flatMap((operation) => operation.parameters ?? [])) {
    if (parameter.name === "Idempotency-Key") {
      Object.values(parameter.examples ?? {}).forEach((example) => shownKeys.add(example.value));
    }
  }
};

const keyOfBody = async (request) => {
  const shown = request.headers?.["Idempotency-Key"];
  // Only a secure origin (one's own machine, or https) can make digests; elsewhere the key stays as it is.
  if (!shownKeys.has(shown) || !request.body || !crypto.subtle) return request;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${shown} ${request.body}`));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  // A UUID of version 8: made of a digest.
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)];
  request.headers["Idempotency-Key"] = parts.join("-");
  return request;
};

// The viewer reads the whole document anew for each operation that is opened, which takes seconds on a slow machine. It
// gets the operation's own path, and whatever that refers to.
const neededAt = (document, [where, path]) => {
  if (where !== "paths") return document;
  const components = { securitySchemes: document.components?.securitySchemes };
  const waiting = [document.paths[path]];
  while (waiting.length) {
    const found = waiting.pop();
    if (!found || typeof found !== "object") continue;
    const [, kind, name] = /^#\/components\/([^/]+)\/([^/]+)$/.exec(found.$ref ?? "") ?? [];
    if (name && components[kind]?.[name] === undefined) {
      (components[kind] ??= {})[name] = document.components[kind][name];
      waiting.push(components[kind][name]);
    }
    waiting.push(...Object.values(found));
  }
  return { ...document, paths: { [path]: document.paths[path] }, components };
};

const onlyWhatIsNeeded = ({ fn }) => {
  const { resolveSubtree } = fn;
  return { fn: { resolveSubtree: (document, at, options) => resolveSubtree(neededAt(document, at), at, options) } };
};

const ui = SwaggerUIBundle({
  dom_id: "#swagger-ui",
  url: "/openapi.json",
  oauth2RedirectUrl: origin + path,
  deepLinking: true,
  displayOperationId: false,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: true,
  onComplete: noteShownKeys,
  persistAuthorization: true,
  requestInterceptor: keyOfBody,
  plugins: [onlyWhatIsNeeded],
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
