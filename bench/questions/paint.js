// Runs in the overlay's page: sends commands as a panel, and says for each how long it took to be painted.
async ({ token, slug, character, count, pause }) => {
  const socket = new WebSocket(`${location.origin.replace("http", "ws")}/v1/campaigns/${slug}/ws`);
  const waiting = new Map();
  let welcome;
  const ready = new Promise((resolve) => (welcome = resolve));
  socket.onopen = () => socket.send(JSON.stringify({ type: "subscribe", token }));
  socket.onmessage = ({ data }) => {
    const now = performance.now();
    const frame = JSON.parse(data);
    if (frame.type === "snapshot") welcome(frame.state.characters[character].stats.hp.current);
    if (frame.type === "result") {
      if (!frame.ok) throw new Error(data);
      waiting.get(frame.id)(now);
    }
  };
  let current = await ready;
  const number = document.querySelector(`[data-id="${character}"] .tc-hp-current`);
  const painted = (value) =>
    new Promise((resolve) => {
      const look = () => {
        if (number.textContent !== String(value)) return;
        observer.disconnect();
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => resolve(performance.now());
          port2.postMessage(null);
        });
      };
      const observer = new MutationObserver(look);
      observer.observe(number, { characterData: true, childList: true, subtree: true });
    });
  const seen = [];
  for (let nth = 0; nth < count; nth += 1) {
    const id = `paint-${nth}`;
    const name = nth % 2 === 0 ? "damage" : "heal";
    current += name === "damage" ? -3 : 3;
    const frame = painted(current);
    const acknowledgement = new Promise((resolve) => waiting.set(id, resolve));
    const sent = performance.now();
    const data = { character_id: character, amount: 3 };
    socket.send(JSON.stringify({ type: "command", id, name, data }));
    const [shown, acknowledged] = await Promise.all([frame, acknowledgement]);
    seen.push({ acknowledged: shown - acknowledged, sent: shown - sent });
    await new Promise((resolve) => setTimeout(resolve, pause + Math.random() * 40));
  }
  socket.close();
  return seen;
}
