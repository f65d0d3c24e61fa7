import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./styles/theme.css";
import "./styles/base.css";
// Behind the styles of all: what a component says of itself wins.
import { api } from "./api/api.ts";
import { App, loadViews } from "./app.tsx";

/** Behind what the first look at the page needs. */
const LOAD_VIEWS_MS = 2_000;
setTimeout(loadViews, LOAD_VIEWS_MS);

// After an upgrade of the server, a page that is still open asks for files that are gone: it takes the new ones.
// While the server is down there are none, and the page that is here is worth keeping.
window.addEventListener("vite:preloadError", async () => {
  if (await api.answers()) window.location.reload();
});

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
