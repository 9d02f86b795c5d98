// Passkeys: fetches the question, lets the browser answer it, and sends the answer with the form. The forms are hidden in the HTML, because without this script they can do nothing.
(() => {
  const forms = document.querySelectorAll("form[data-passkey]");
  // Plain http beyond this machine, and old browsers, have none.
  const known = Boolean(window.PublicKeyCredential && navigator.credentials);
  forms.forEach((form) => { form.hidden = !known; });
  document.querySelectorAll("[data-without-passkeys]").forEach((words) => { words.hidden = known; });

  // JSON has no bytes: they travel in base64url.
  const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const toText = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withId = (known) => ({ ...known, id: toBytes(known.id) });

  const make = async (asked) => {
    const made = await navigator.credentials.create({ publicKey: {
      ...asked,
      challenge: toBytes(asked.challenge),
      user: withId(asked.user),
      excludeCredentials: (asked.excludeCredentials ?? []).map(withId),
    } });
    return said(made, {
      attestationObject: toText(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    });
  };

  const show = async (asked) => {
    const shown = await navigator.credentials.get({ publicKey: {
      ...asked,
      challenge: toBytes(asked.challenge),
      allowCredentials: (asked.allowCredentials ?? []).map(withId),
    } });
    const { authenticatorData, signature, userHandle } = shown.response;
    return said(shown, {
      authenticatorData: toText(authenticatorData),
      signature: toText(signature),
      userHandle: userHandle ? toText(userHandle) : null,
    });
  };

  const said = (credential, response) => JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    extensions: {},
    response: { ...response, clientDataJSON: toText(credential.response.clientDataJSON) },
  });

  const ask = async (form) => {
    const response = await fetch(form.dataset.question, { method: "POST" });
    if (!response.ok) throw new Error(`the question was refused: ${response.status}`);
    const { publicKey } = await response.json();
    return form.dataset.passkey === "create" ? make(publicKey) : show(publicKey);
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-passkey]") || form.elements.passkey.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.hasAttribute("aria-busy")) return;
    const trouble = form.querySelector("[role=alert]");
    trouble.hidden = true;
    form.setAttribute("aria-busy", "true");
    try {
      form.elements.passkey.value = await ask(form);
      form.submit();
    } catch {
      // The person changed their mind, or the device knows no passkey for this panel.
      trouble.hidden = false;
    } finally {
      form.removeAttribute("aria-busy");
    }
  }, { capture: true });

  // A page that comes back by the "back" button asks anew.
  addEventListener("pageshow", () => forms.forEach((form) => { form.elements.passkey.value = ""; }));
})();
