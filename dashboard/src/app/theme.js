// Sets the chosen theme before the first paint. The system's choice needs nothing.
try {
  var theme = localStorage.getItem("keyway.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be switched off; the system's choice then holds.
}
