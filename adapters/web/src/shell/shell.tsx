import { Activity, ListTree, Menu, Plus, X } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Link, useLocation, useRoute } from "wouter";
import { ROUTES } from "../routes.ts";
import { IconButton } from "../ui/button.tsx";
import { ApiStatus } from "./api-status.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { ForgetKey } from "./forget-key.tsx";
import { OutageBanner } from "./outage-banner.tsx";
import { ThemeToggle } from "./theme-toggle.tsx";
import "./shell.css";

/** What stays while the views change: the sidebar, and how things stand with the API. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [path] = useLocation();
  const [open, setOpen] = useState(false);
  // Going somewhere closes the sidebar where it covers the view.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is what it reacts to.
  useEffect(() => setOpen(false), [path]);
  return (
    <div className="shell">
      <a className="shell-skip" href="#main">
        Skip to the view
      </a>
      <header className="shell-bar">
        <IconButton
          label={open ? "Close the sidebar" : "Open the sidebar"}
          aria-expanded={open}
          aria-controls="sidebar"
          onClick={() => setOpen(!open)}
        >
          {open ? <X /> : <Menu />}
        </IconButton>
        <Brand />
      </header>
      <aside id="sidebar" className="sidebar" aria-label="Sidebar" data-open={open || undefined}>
        <div className="sidebar-head">
          <Brand />
          <ThemeToggle />
        </div>
        <Link href={ROUTES.chat} className="sidebar-new">
          <Plus aria-hidden /> New conversation
        </Link>
        <nav aria-label="Views" className="sidebar-views">
          <ViewLink to={ROUTES.runs} deeper={ROUTES.run} icon={<ListTree aria-hidden />}>
            Runs
          </ViewLink>
          <ViewLink to={ROUTES.operations} icon={<Activity aria-hidden />}>
            Operations
          </ViewLink>
        </nav>
        <ConversationList />
        <footer className="sidebar-foot">
          <ApiStatus />
          <span className="sidebar-gap" />
          <ForgetKey />
          <a href="/docs">API</a>
        </footer>
      </aside>
      <div className="shell-view">
        <OutageBanner />
        <main id="main" className="shell-main" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  );
}

function Brand() {
  return (
    <Link href={ROUTES.chat} className="brand">
      <img src="/icon.svg" alt="" width="22" height="22" /> Baton
    </Link>
  );
}

interface ViewLinkProps {
  readonly to: string;
  /** A route that belongs to the same view. */
  readonly deeper?: string;
  readonly icon: ReactNode;
  readonly children: string;
}

function ViewLink({ to, deeper, icon, children }: ViewLinkProps) {
  const [here] = useRoute(to);
  const [below] = useRoute(deeper ?? to);
  return (
    <Link href={to} className="sidebar-view" aria-current={here ? "page" : below ? "true" : undefined}>
      {icon} {children}
    </Link>
  );
}
