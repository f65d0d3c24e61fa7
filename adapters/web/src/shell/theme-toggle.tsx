import { Monitor, Moon, Sun } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../ui/button.tsx";

const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

/** Read before the first paint by public/theme.js. */
const NAME = "baton.theme";
const ICONS = { system: Monitor, light: Sun, dark: Moon };

/** Goes through the themes: what the system says, light, dark. */
export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>(chosen);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  const Icon = ICONS[theme];
  return (
    <IconButton
      label={`Theme: ${theme}. Change to ${next}`}
      onClick={() => {
        apply(next);
        setTheme(next);
      }}
    >
      <Icon />
    </IconButton>
  );
}

function chosen(): Theme {
  const { theme } = document.documentElement.dataset;
  return theme === "light" || theme === "dark" ? theme : "system";
}

function apply(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset.theme;
  else dataset.theme = theme;
  try {
    localStorage.setItem(NAME, theme);
  } catch {
    // Storage may be forbidden: the choice lasts until the page is reloaded.
  }
}
