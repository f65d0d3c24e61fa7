import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Type } from "typebox";
import { HttpProblem } from "../problems.ts";
import { type Route, route } from "../route.ts";

/** The files the page consists of, from a package or written here: nothing comes from another host. */
const PACKAGE_FILES = {
  "swagger-ui.css": ["text/css", import.meta.resolve("swagger-ui-dist/swagger-ui.css")],
  "swagger-ui-bundle.js": ["text/javascript", import.meta.resolve("swagger-ui-dist/swagger-ui-bundle.js")],
  "favicon-32x32.png": ["image/png", import.meta.resolve("swagger-ui-dist/favicon-32x32.png")],
} as const;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Baton API</title>
    <link rel="icon" type="image/png" href="docs/favicon-32x32.png" />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <div id="reference"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const START = `SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  defaultModelsExpandDepth: 0,
  deepLinking: true,
  validatorUrl: null,
});
`;

/** Swagger UI sets styles in elements and draws its icons from data: URLs. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const A_DAY = "private, max-age=86400";

/** The API's description, and a page to read it. `describe` makes the OpenAPI document of all routes. */
export function documentationRoutes(describe: () => object): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/openapi.json",
      tag: "Documentation",
      summary: "This description",
      browsable: true,
      responses: {
        200: {
          description: "OpenAPI 3.1, made from the schemas that validate the requests.",
          schema: Type.Object({}),
        },
      },
      handle: async (ctx) => {
        ctx.body = describe();
      },
    }),

    route({
      method: "GET",
      path: "/docs",
      tag: "Documentation",
      summary: "A page to read it",
      browsable: true,
      responses: { 200: { description: "The page.", content_type: "text/html", schema: Type.String() } },
      handle: async (ctx) => {
        // What the page refers to is relative, so that it works behind a proxy's path.
        if (ctx.path.endsWith("/")) return ctx.redirect("../docs");
        ctx.set("Content-Security-Policy", POLICY);
        ctx.type = "html";
        ctx.body = PAGE;
      },
    }),

    route({
      method: "GET",
      path: "/docs/{file}",
      tag: "Documentation",
      summary: "What the page consists of",
      browsable: true,
      responses: { 200: { description: "A file.", content_type: "*/*", schema: Type.String() } },
      handle: async (ctx, { params: { file = "" } }) => {
        if (file === "start.js") {
          ctx.type = "text/javascript";
          ctx.body = START;
          return;
        }
        if (!isPackageFile(file)) throw new HttpProblem("unknown_route", `There is nothing at ${ctx.path}.`);
        const [type, url] = PACKAGE_FILES[file];
        const path = fileURLToPath(url);
        ctx.type = type;
        ctx.length = (await stat(path)).size;
        ctx.set("Cache-Control", A_DAY);
        ctx.body = createReadStream(path);
      },
    }),
  ];
}

function isPackageFile(file: string): file is keyof typeof PACKAGE_FILES {
  return Object.hasOwn(PACKAGE_FILES, file);
}
