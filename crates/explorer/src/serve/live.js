// The page's ear: it hears when there is a newer edition, and shows why there is none.
"use strict";
{
    const { socket: path } = document.currentScript.dataset;
    const url = new URL(`/${path}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");

    const notice = document.createElement("pre");
    notice.id = "live";
    notice.setAttribute("role", "status");
    document.body.append(notice);

    let patience = 500;
    const listen = () => {
        const socket = new WebSocket(url);
        socket.addEventListener("message", ({ data }) => {
            patience = 500;
            if (data === "reload") location.reload();
            else notice.textContent = data.startsWith("failed ") ? data.slice("failed ".length) : "";
        });
        // Whoever starts the server again finds the page here, and gets the newest.
        socket.addEventListener("close", () => {
            setTimeout(listen, patience);
            patience = Math.min(2 * patience, 10_000);
        });
        addEventListener("pagehide", () => socket.close(), { once: true });
    };
    listen();
}
