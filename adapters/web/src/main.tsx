import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./styles/theme.css";
import "./styles/base.css";
// Behind the styles of all: what a component says of itself wins.
import { App } from "./app.tsx";

// After an upgrade of the server, a page that is still open asks for files that are gone: it takes the new ones.
window.addEventListener("vite:preloadError", () => window.location.reload());

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
