import { dayOf, useText, useTexts } from "@jifen/look";
import type { MemberReward } from "./data.ts";
import type { Wish } from "./quote.ts";
import { texts } from "./texts.ts";

const DAY_MS = 86_400_000;

interface WishesProps {
  reward: MemberReward;
  wish: Wish;
  zone: string;
  /** The instant of this device. */
  now: number;
  onChange: (change: Partial<Wish>) => void;
}

/** What is chosen of a reward before it has a price: options, and the day it is booked for. */
export function Wishes({ reward, wish, zone, now, onChange }: WishesProps) {
  const t = useTexts(texts);
  const text = useText();
  const dayIn = (days: number) => dayOf(new Date(now + days * DAY_MS), zone);
  return (
    <>
      {reward.choices.map((choice) => (
        <fieldset key={choice.id} className="choice">
          <legend>{text(choice.name)}</legend>
          {choice.options.map((option) => (
            <label key={option.id}>
              <input
                type="radio"
                name={`choice-${choice.id}`}
                checked={wish.options[choice.id] === option.id}
                onChange={() => onChange({ options: { ...wish.options, [choice.id]: option.id } })}
              />
              <span>{text(option.name)}</span>
            </label>
          ))}
        </fieldset>
      ))}
      {reward.booking && (
        <label>
          <span>{t("day")}</span>
          <input
            type="date"
            required
            min={dayIn(reward.booking.least)}
            max={dayIn(reward.booking.most)}
            value={wish.day ?? ""}
            onChange={(event) => onChange({ day: event.target.value || null })}
          />
        </label>
      )}
    </>
  );
}

interface PiecesProps {
  most: number;
  pieces: number;
  onChange: (pieces: number) => void;
}

/** How many pieces, by two buttons that a thumb can hit. */
export function Pieces({ most, pieces, onChange }: PiecesProps) {
  const t = useTexts(texts);
  if (most < 2) return null;
  return (
    <div className="stepper" role="group" aria-label={t("pieces")}>
      <span className="quiet">{t("pieces")}</span>
      <button type="button" aria-label={t("pieces.less")} disabled={pieces <= 1} onClick={() => onChange(pieces - 1)}>
        −
      </button>
      <output aria-live="polite">{pieces}</output>
      <button
        type="button"
        aria-label={t("pieces.more")}
        disabled={pieces >= most}
        onClick={() => onChange(pieces + 1)}
      >
        +
      </button>
    </div>
  );
}
