export default { brand: { seal: "礼", name: "礼遇" } };
