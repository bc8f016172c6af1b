import { applySettings } from "@jifen/look";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "virtual:antd.css";
import "virtual:look.css";
import { App } from "./app/App.tsx";
import "./app/console.css";
import { signStyles } from "./app/nonce.ts";

signStyles();
applySettings();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
