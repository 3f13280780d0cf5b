// Another image, or its digits by ear, without losing what was typed.
for (const box of document.querySelectorAll("[data-captcha]")) {
  const image = box.querySelector("[data-captcha-image]");
  const id = box.querySelector("[data-captcha-id]");
  const news = box.querySelector("[data-captcha-news]");
  let audio = box.querySelector("[data-captcha-audio]");

  box.querySelector("[data-captcha-refresh]").addEventListener("click", async (event) => {
    event.preventDefault();
    const button = event.currentTarget;
    try {
      const answer = await fetch(box.dataset.captcha, { headers: { Accept: "application/json" }, cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = await answer.json();
      image.src = fresh.image;
      id.value = fresh.id;
      if (audio && fresh.audio_url) audio.href = fresh.audio_url;
      news.textContent = news.dataset.words;
      box.querySelector("#captcha_text").value = "";
    } catch {
      button.form.requestSubmit(button); // the way without scripts
    }
  });

  audio?.addEventListener("click", (event) => {
    event.preventDefault();
    new Audio(audio.href).play().catch(() => location.assign(audio.href));
  });
}
