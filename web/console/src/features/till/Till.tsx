import { CameraOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { AutoComplete, Button, Input, type InputRef } from "antd";
import { useRef, useState } from "react";
import { useName, useSay } from "../../shared/language.tsx";
import { Page } from "../../shared/Page.tsx";
import { usePlaces } from "../../shared/places.ts";
import { asProblem } from "../../shared/problem.ts";
import { useSession } from "../../shared/session.tsx";
import { accept, look, type Voucher } from "./api.ts";
import { hasCamera } from "./camera.ts";
import { CameraModal } from "./CameraModal.tsx";
import { Found, Refused, Used } from "./Outcome.tsx";

const STORE_KEY = "jifen.till.store";

/** The till: a code comes from a scanner, the camera or the keyboard; it is looked at, then used, once. */
export default function Till() {
  const say = useSay();
  const { session } = useSession();
  const place = session.roles.find((role) => role.place)?.place?.id ?? "";
  const [store, setStore] = useState(() => localStorage.getItem(STORE_KEY) ?? place);
  const keep = (chosen: string) => {
    setStore(chosen);
    localStorage.setItem(STORE_KEY, chosen);
  };
  return (
    <Page title={say("收银核销", "Till")} needs="vouchers:use">
      <div className="till">
        <Shop store={store} choose={keep} />
        <Desk store={store} />
      </div>
    </Page>
  );
}

/** In which shop this till stands; remembered on this device. */
function Shop({ store, choose }: { store: string; choose: (store: string) => void }) {
  const say = useSay();
  const name = useName();
  const stores = (usePlaces().data?.data ?? []).filter((place) => place.kind === "store");
  const known = stores.find((place) => place.id === store);
  return (
    <div className="field">
      <label htmlFor="till-store">
        {say("门店", "Shop")}
        {known && <span className="quiet">{name(known.name)}</span>}
      </label>
      <AutoComplete
        id="till-store"
        size="large"
        value={store}
        onChange={(value: string) => choose(value.trim())}
        options={stores.map((place) => ({ value: place.id, label: `${name(place.name)} · ${place.id}` }))}
        showSearch={{ filterOption: (typed, option) => (option?.label ?? "").includes(typed) }}
        placeholder={say("选择或输入门店编号", "Choose a shop or type its number")}
        style={{ width: "100%" }}
      />
    </div>
  );
}

function Desk({ store }: { store: string }) {
  const say = useSay();
  const client = useQueryClient();
  const input = useRef<InputRef>(null);
  const [typed, setTyped] = useState("");
  const [filming, setFilming] = useState(false);
  // Made when a code is looked at: using it again after a lost answer is the same use.
  const [reference, setReference] = useState("");
  const looking = useMutation({ mutationFn: look });
  const using = useMutation({
    mutationFn: (voucher: Voucher) => accept(voucher, store, reference),
    onSuccess: () => client.invalidateQueries({ queryKey: ["redemptions"] }),
  });
  const find = (code: string) => {
    const clean = code.trim();
    if (!clean || looking.isPending) return;
    using.reset();
    setReference(`till-${crypto.randomUUID()}`);
    looking.mutate(clean, { onSettled: () => setTyped("") });
  };
  const next = () => {
    looking.reset();
    using.reset();
    setTyped("");
    input.current?.focus();
  };
  const voucher = looking.data;
  return (
    <>
      <form
        className="till-code"
        onSubmit={(event) => {
          event.preventDefault();
          find(typed);
        }}
      >
        <label htmlFor="till-code">{say("扫描或输入券码", "Scan or type the code")}</label>
        <Input
          id="till-code"
          ref={input}
          size="large"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoFocus
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={64}
        />
        <div className="till-buttons">
          <Button type="primary" htmlType="submit" size="large" loading={looking.isPending} disabled={!typed.trim()}>
            {say("查看", "Look")}
          </Button>
          {hasCamera() && (
            <Button size="large" icon={<CameraOutlined />} onClick={() => setFilming(true)}>
              {say("拍码", "Camera")}
            </Button>
          )}
        </div>
      </form>
      <div aria-live="polite" className="grid">
        {looking.error && <Refused problem={asProblem(looking.error)} retry={null} />}
        {using.error && (
          <Refused problem={asProblem(using.error)} retry={voucher ? () => using.mutate(voucher) : null} />
        )}
        {using.data ? (
          <Used use={using.data} next={next} />
        ) : (
          voucher && (
            <Found
              voucher={voucher}
              store={store}
              busy={using.isPending}
              use={() => using.mutate(voucher)}
              next={next}
            />
          )
        )}
      </div>
      {filming && (
        <CameraModal
          close={() => setFilming(false)}
          read={(code) => {
            setFilming(false);
            find(code);
          }}
        />
      )}
    </>
  );
}
