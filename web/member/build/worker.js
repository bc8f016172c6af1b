/* global caches, clients, fetch, location, self */
// The service worker: keeps the files of one build, so that the app opens without a network. Nothing that the API
// answers is kept here; the app itself remembers the last wallet.

const CACHE = "app-%VERSION%";
const FILES = ["%FILES%"];
const SHELL = "/";

// How long a page is waited for before the kept one is shown.
const PATIENCE_MS = 2500;

// Addresses on this server that are not this app's.
const NOT_OURS = /^\/(?:\.well-known|console|docs|health|metrics|oauth|openapi\.json|v1)(?:\/|$)/;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll([SHELL, ...FILES]))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || NOT_OURS.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (FILES.includes(url.pathname)) event.respondWith(kept(request));
});

async function kept(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function page(request) {
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const answer = await Promise.race([fetch(request).catch(() => undefined), late]);
  return answer ?? (await caches.match(SHELL)) ?? fetch(request);
}

// A message for a browser whose page may be closed: what it says, and which page it leads to.
self.addEventListener("push", (event) => {
  const message = read(event.data);
  event.waitUntil(
    self.registration.showNotification(message.title, {
      body: message.text,
      tag: message.id,
      icon: "/icon-192.png",
      data: { link: message.link },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.link ?? "/inbox"));
});

function read(data) {
  const unreadable = { id: "message", title: "积分 Jifen", text: "", link: "/inbox" };
  try {
    const { id, title, text, link } = data.json();
    // Pages of this app only, whatever was sent.
    const inside = typeof link === "string" && link.startsWith("/") && !link.startsWith("//");
    return { id: String(id), title: String(title), text: String(text), link: inside ? link : "/inbox" };
  } catch {
    return unreadable;
  }
}

async function open(link) {
  const windows = await clients.matchAll({ type: "window" });
  const shown = windows.find(
    (one) => new URL(one.url).origin === location.origin && !NOT_OURS.test(new URL(one.url).pathname),
  );
  if (!shown) return clients.openWindow(link);
  await shown.navigate(link);
  return shown.focus();
}
