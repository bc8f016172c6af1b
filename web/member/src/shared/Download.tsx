import { useState } from "react";
import { Failed } from "./Failed.tsx";

interface Props {
  label: string;
  /** What the button says while the file is made. */
  busy: string;
  plain?: boolean;
  get: () => Promise<void>;
}

/** A button that gets a file, and says so when it does not come. */
export function Download({ label, busy, plain = false, get }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const begin = () => {
    setBusy(true);
    setError(null);
    void get()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return (
    <>
      <button type="button" className={plain ? "button plain" : "button"} disabled={isBusy} onClick={begin}>
        {isBusy ? busy : label}
      </button>
      {error !== null && <Failed error={error} />}
    </>
  );
}
