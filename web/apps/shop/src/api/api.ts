/** The one door to the server's REST API, in the language that the page shows. */
import { Api } from "@liyu/client";
import type { components } from "@liyu/protocol";

type Schemas = components["schemas"];
export type Shop = Schemas["ShopOut"];
export type Me = Schemas["Me"];
export type Picture = Schemas["Picture"];
export type Clip = Schemas["Clip"];
export type Product = Schemas["Product"];
export type ProductSummary = Schemas["ProductSummary"];
export type ProductList = Schemas["ProductList"];
export type FacetValue = Schemas["FacetValue"];

export const api = new Api({ base: "/api/v1", language: () => document.documentElement.lang || "zh-CN" });
