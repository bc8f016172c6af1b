/** What browsers that read codes offer; not every one does. */
interface Detector {
  detect: (source: HTMLVideoElement) => Promise<{ rawValue: string }[]>;
}

type DetectorMaker = new (options: { formats: string[] }) => Detector;

/** Milliseconds between two looks at the picture. */
const LOOK_MS = 200;

function maker(): DetectorMaker | null {
  return (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector ?? null;
}

/** Whether this browser reads codes with its camera. */
export function hasCamera(): boolean {
  return maker() !== null && "mediaDevices" in navigator;
}

/** Shows the camera in a video and waits for a code. The camera goes off with the signal, or when a code was read. */
export async function readCode(video: HTMLVideoElement, signal: AbortSignal): Promise<string> {
  const Maker = maker();
  if (!Maker) throw new Error("this browser reads no codes");
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  try {
    signal.throwIfAborted();
    video.srcObject = stream;
    await video.play();
    const detector = new Maker({ formats: ["qr_code", "code_128"] });
    for (;;) {
      const [found] = await detector.detect(video);
      if (found?.rawValue) return found.rawValue;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      signal.throwIfAborted();
    }
  } finally {
    video.srcObject = null;
    for (const track of stream.getTracks()) track.stop();
  }
}
