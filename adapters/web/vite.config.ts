import path from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { precompress } from "./precompress.ts";

const REPOSITORY = path.resolve(import.meta.dirname, "../..");
const API = process.env.BACKEND_URL ?? "http://localhost:8000";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), precompress()],
  build: { target: "es2023", assetsInlineLimit: 0, reportCompressedSize: false, chunkSizeWarningLimit: 700 },
  server: {
    port: 5173,
    strictPort: true,
    // The events' types and their fold come from the domain, two folders up.
    fs: { allow: [REPOSITORY] },
    proxy: {
      "^/(runs|conversations|operations|tools|feedback|health|ready|metrics|openapi\\.json|docs)(/|\\?|$)": {
        target: API,
        // Vite answers navigations itself, with index.html; the API gets what wants data.
        bypass: ({ headers }) => (headers.accept?.includes("text/html") ? "/index.html" : undefined),
        headers: { "x-forwarded-host": "localhost:5173" },
      },
    },
  },
});
