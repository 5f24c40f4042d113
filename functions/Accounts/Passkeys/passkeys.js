// Shows the form for a passkey where the browser has passkeys, and submits it with the answer of the authenticator.

const form = document.querySelector('form[data-passkey]');
const options = form && JSON.parse(form.dataset.options);
const creates = form?.dataset.passkey === 'create';
const autofill = new AbortController();

const messages = {
  InvalidStateError: 'This device already has a passkey of the account.',
  NotAllowedError: 'No passkey was used. Try again, or use your password.',
  SecurityError: 'The browser has no passkeys for this site: they need a certificate that the browser trusts.',
};

async function ask(choices) {
  const credential = creates
    ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
    : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options), ...choices });
  form.elements.credential.value = JSON.stringify(credential);
  form.submit();
}

function show(error) {
  const problem = form.querySelector('[role=alert]');
  problem.textContent = messages[error.name] ?? `The browser refused: ${error.message}`;
  problem.hidden = false;
}

async function offerAutofill() {
  // A passkey that was refused must not be offered again at once.
  const isRefused = location.pathname === new URL(form.action).pathname;
  if (creates || isRefused || !await PublicKeyCredential.isConditionalMediationAvailable?.()) return;
  const name = document.querySelector('input[autocomplete=username]');
  if (!name) return;
  name.autocomplete = 'username webauthn';
  // Nobody has asked for a passkey yet, so that errors do not matter.
  await ask({ mediation: 'conditional', signal: autofill.signal }).catch(() => {});
}

const isAvailable = form && window.isSecureContext && window.PublicKeyCredential?.parseRequestOptionsFromJSON
  && (options.rpId ?? options.rp.id) === location.hostname;
if (isAvailable) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    autofill.abort();
    ask().catch(show);
  });
  form.hidden = false;
  offerAutofill();
}
