// The two pages a person sees at this provider.

const escape = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const page = (title, body) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 22rem; margin: 12vh auto; padding: 0 1rem; color: #1b1f24 }
  input, button { font: inherit; width: 100%; padding: .5rem .6rem; margin: .3rem 0 1rem; box-sizing: border-box }
  .problem { color: #a40e26 } .quiet { color: #57606a }
</style>
<main>
<h1>${escape(title)}</h1>
${body}
</main></html>`;

/** Any known account signs in by its name alone: this provider guards nothing. */
export function loginPage({ uid, client, problem, username = '' }) {
  return page(
    'Example identity provider',
    `<p class="quiet">Signing in to ${escape(client)}. Any account that this provider knows will do; there is no password.</p>
${problem ? `<p class="problem" role="alert">${escape(problem)}</p>` : ''}
<form method="post" action="/interaction/${escape(uid)}">
  <label for="username">Username</label>
  <input id="username" name="username" value="${escape(username)}" autocomplete="username" autofocus required>
  <button>Sign in</button>
  <button name="deny" value="1" formnovalidate>Cancel</button>
</form>`,
  );
}

/** `form` is oidc-provider's own, which the button belongs to. */
export function logoutPage(form) {
  return page('Example identity provider', `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out here too</button>`);
}

export function errorPage({ error, error_description: description }) {
  return page('The provider refuses', `<p role="alert"><b>${escape(error)}</b><br>${escape(description ?? '')}</p>`);
}
