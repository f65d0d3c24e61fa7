import { Tabs } from "@base-ui/react/tabs";
import type { ReactNode } from "react";
import type { View } from "./selection.ts";
import "./view-tabs.css";

const NAMES = { trace: "Trace", events: "Events", state: "State" } as const satisfies Record<View, string>;

interface ViewTabsProps {
  readonly views: readonly View[];
  readonly view: View;
  readonly onSelect: (view: View) => void;
  /** What the chosen view shows. */
  readonly children: ReactNode;
}

export function ViewTabs({ views, view, onSelect, children }: ViewTabsProps) {
  return (
    <Tabs.Root className="view-tabs" value={view} onValueChange={(chosen) => onSelect(chosen as View)}>
      <Tabs.List className="view-tabs-list" aria-label="Views of the run">
        {views.map((name) => (
          <Tabs.Tab key={name} value={name} className="view-tabs-tab">
            {NAMES[name]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={view} className="view-tabs-panel">
        {children}
      </Tabs.Panel>
    </Tabs.Root>
  );
}
