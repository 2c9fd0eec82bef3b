const seen = new Map<string, number>();

export async function priceOf(isbn: string): Promise<number> {
  const answer = await fetch(`https://prices.example/${isbn}`);
  const { price } = (await answer.json()) as { price: number };
  seen.set(isbn, price);
  return price;
}
