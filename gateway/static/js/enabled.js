// Runs before the page is drawn: styles may rely on scripts from here on.
document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
