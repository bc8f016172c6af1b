import { applySettings } from "@jifen/look";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "virtual:look.css";
import "./shared/app.css";
import { App } from "./app/App.tsx";
import { takeToken } from "./shared/session.ts";

applySettings();
takeToken();

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

if (import.meta.env.PROD && "serviceWorker" in navigator) {
  // After the page is useful: keeping files for later must not slow down now.
  window.addEventListener("load", () => void navigator.serviceWorker.register("/sw.js"));
}
