import { useText } from "@jifen/look";
import { useState } from "react";
import type { MemberReward } from "./data.ts";

type Picture = MemberReward["images"][number];

/** Pictures of a reward, side by side to be swiped; one that does not come leaves its words. */
export function Pictures({ images }: { images: Picture[] }) {
  if (images.length === 0) return null;
  return (
    <ul className="pictures" tabIndex={images.length > 1 ? 0 : undefined}>
      {images.map((image) => (
        <li key={image.url}>
          <Shown image={image} />
        </li>
      ))}
    </ul>
  );
}

function Shown({ image }: { image: Picture }) {
  const text = useText();
  const [missing, setMissing] = useState(false);
  const alt = text(image.alt);
  if (missing) return <p className="picture-missing quiet">{alt}</p>;
  return <img src={image.url} alt={alt} decoding="async" onError={() => setMissing(true)} />;
}

/** The first picture beside a reward's name in a list; the name says what it is. */
export function Thumbnail({ images }: { images: Picture[] }) {
  const [missing, setMissing] = useState(false);
  const first = images[0];
  if (!first || missing) return null;
  return (
    <img
      className="thumbnail"
      src={first.url}
      alt=""
      loading="lazy"
      decoding="async"
      width={64}
      height={64}
      onError={() => setMissing(true)}
    />
  );
}
