import { useState } from "react";
import { credentials } from "../api/api.ts";
import { useStore } from "../live/use-store.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";

/** Asks for the API key when the API wants one. */
export function KeyDialog() {
  const { needed, key } = useStore(credentials);
  const [entered, setEntered] = useState("");
  return (
    <Dialog
      open={needed}
      title="API key needed"
      description={
        key === null
          ? "This deployment tells its users by API keys. The key stays in this browser."
          : "The API does not accept the key that was entered. The key stays in this browser."
      }
    >
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault();
          credentials.set(entered.trim());
          setEntered("");
        }}
      >
        <Field label="API key">
          {(field) => (
            <input
              {...field}
              type="password"
              autoComplete="current-password"
              value={entered}
              onChange={({ target }) => setEntered(target.value)}
              required
            />
          )}
        </Field>
        <Button type="submit" variant="primary" disabled={entered.trim() === ""}>
          Use this key
        </Button>
      </form>
    </Dialog>
  );
}
