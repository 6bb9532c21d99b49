//! Starts the dashboard.

import "@/ui/tokens.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queries } from "@/api/query";
import { router } from "@/app/router";
import { loadSession } from "@/app/session";
import { Toasts } from "@/ui/toast";
import { TooltipProvider } from "@/ui/tooltip";

// After an upgrade of the server the chunks of the old version are gone: load the new one, once.
window.addEventListener("vite:preloadError", (event) => {
  const last = Number(sessionStorage.getItem("keyway.reloaded") ?? "0");
  if (Date.now() - last < 30_000) return;
  event.preventDefault();
  sessionStorage.setItem("keyway.reloaded", String(Date.now()));
  location.reload();
});

// Asked at once, while the code of the page is still on its way.
void loadSession();

// The icon's relative address would mean something else once the page's address has changed.
const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
if (icon) icon.href = String(icon.href);

const place = document.getElementById("root");
if (place) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <TooltipProvider>
          <RouterProvider router={router} />
          <Toasts />
        </TooltipProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
