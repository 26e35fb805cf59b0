export default { brand: { seal: "礼", name: "Liyu" } };
