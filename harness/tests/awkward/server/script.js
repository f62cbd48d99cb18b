const root = document.getElementById("root");
let token = sessionStorage.getItem("token");
const ask = async (url, body) => {
  const headers = body ? { "content-type": "application/json" } : {};
  if (token) headers.authorization = `Bearer ${token}`;
  const answer = await fetch(url, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
  return { ok: answer.ok, json: await answer.json() };
};
const add = (name, members) => {
  const element = Object.assign(document.createElement(name), members);
  root.append(element);
  return element;
};
const load = async () => {
  root.replaceChildren();
  const page = await ask(`/api/request${location.search}`);
  if (!page.ok) return add("p", { textContent: page.json.error });
  if (!page.json.user) return login();
  add("p", { textContent: `${page.json.client.id} asks for access and gets it at ${page.json.client.to}.` });
  for (const [words, approve] of [["Approve", true], ["Deny", false]]) {
    add("button", {
      textContent: words,
      onclick: async () => {
        const answer = await ask("/api/consent", { tx: page.json.tx, approve });
        location = answer.json.redirect;
      },
    });
  }
};
const login = () => {
  const user = add("input", { name: "user" });
  const secret = add("input", { name: "secret", type: "password" });
  add("button", {
    textContent: "Sign in",
    onclick: async () => {
      const answer = await ask("/api/login", { user: user.value, secret: secret.value });
      if (!answer.ok) return add("p", { textContent: answer.json.error });
      token = answer.json.token;
      if (token) sessionStorage.setItem("token", token);
      load();
    },
  });
};
load();
