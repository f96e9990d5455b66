/* Sends the form of a page that only forwards; its button does the same without scripts. */
document.querySelector("form[data-autosubmit]").submit();
