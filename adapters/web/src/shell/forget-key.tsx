import { KeyRound } from "lucide-react";
import { credentials } from "../api/api.ts";
import { queryClient } from "../api/query-client.ts";
import { useStore } from "../live/use-store.ts";
import { IconButton } from "../ui/button.tsx";

/** Forgets the API key of this browser, and what was read with it; there only when there is one. */
export function ForgetKey() {
  const { key } = useStore(credentials);
  if (key === null) return null;
  const forget = () => {
    credentials.forget();
    queryClient.clear();
    // What is shown was told to the key: the page begins anew.
    window.location.assign("/");
  };
  return (
    <IconButton label="Forget the API key" onClick={forget}>
      <KeyRound />
    </IconButton>
  );
}
