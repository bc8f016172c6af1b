import { Alert } from "antd";
import { useSyncExternalStore } from "react";
import { useSay } from "./language.tsx";

function subscribe(listener: () => void): () => void {
  window.addEventListener("online", listener);
  window.addEventListener("offline", listener);
  return () => {
    window.removeEventListener("online", listener);
    window.removeEventListener("offline", listener);
  };
}

/** Says when the browser is off line. */
export function Online() {
  const say = useSay();
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (online) return null;
  return (
    <Alert
      banner
      type="warning"
      role="status"
      title={say(
        "网络已断开。输入的内容会保留，恢复后可继续提交。",
        "You are off line. What you enter is kept; go on when the network is back.",
      )}
    />
  );
}
