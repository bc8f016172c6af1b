import { Component, type ReactNode } from "react";
import { Button } from "antd";
import { useSay } from "../shared/language.tsx";

/** Catches a page that fell over, so that the rest of the console stays. */
export class Stumble extends Component<{ children: ReactNode }, { fell: boolean }> {
  override state = { fell: false };

  static getDerivedStateFromError(): { fell: boolean } {
    return { fell: true };
  }

  override render(): ReactNode {
    return this.state.fell ? <Fallen /> : this.props.children;
  }
}

function Fallen() {
  const say = useSay();
  return (
    <div className="sign-in" role="alert">
      <div>
        <h1>{say("页面没能显示出来", "This page could not be shown")}</h1>
        <p className="quiet">{say("数据没有改动。请重新加载。", "No data was changed. Please reload.")}</p>
        <Button onClick={() => location.reload()}>{say("重新加载", "Reload")}</Button>
      </div>
    </div>
  );
}
