import { Alert, Modal } from "antd";
import { useEffect, useRef, useState } from "react";
import { useSay } from "../../shared/language.tsx";
import { readCode } from "./camera.ts";

/** The camera, until it has read a code. */
export function CameraModal({ close, read }: { close: () => void; read: (code: string) => void }) {
  const say = useSay();
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState(false);
  const told = useRef(read);
  useEffect(() => {
    told.current = read;
  }, [read]);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const stop = new AbortController();
    readCode(element, stop.signal).then(
      (code) => told.current(code),
      () => !stop.signal.aborted && setFailed(true),
    );
    return () => stop.abort();
  }, []);
  return (
    <Modal open title={say("对准二维码", "Point it at the code")} footer={null} onCancel={close}>
      {failed ? (
        <Alert
          type="warning"
          showIcon
          title={say("打不开摄像头", "The camera does not open")}
          description={say("请允许使用摄像头，或手工输入券码。", "Allow the camera, or type the code.")}
        />
      ) : (
        <video
          ref={video}
          className="camera"
          muted
          playsInline
          aria-label={say("摄像头画面", "What the camera sees")}
        />
      )}
    </Modal>
  );
}
