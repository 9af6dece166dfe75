/** A binary heap: the item with the least rank first. */
export class Heap<T> {
  private readonly items: T[] = []
  private readonly ranks: number[] = []

  push(item: T, rank: number): void {
    let at = this.items.push(item) - 1
    this.ranks.push(rank)
    while (at > 0) {
      const above = (at - 1) >> 1
      if (this.ranks[above]! <= this.ranks[at]!) break
      this.swap(at, above)
      at = above
    }
  }

  pop(): T | undefined {
    const first = this.items[0]
    const [item, rank] = [this.items.pop(), this.ranks.pop()]
    if (this.items.length) {
      this.items[0] = item!
      this.ranks[0] = rank!
      this.sink()
    }
    return first
  }

  private sink(): void {
    let at = 0
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      let least = at
      if (left < this.ranks.length && this.ranks[left]! < this.ranks[least]!) least = left
      if (right < this.ranks.length && this.ranks[right]! < this.ranks[least]!) least = right
      if (least === at) return
      this.swap(at, least)
      at = least
    }
  }

  private swap(a: number, b: number): void {
    ;[this.items[a], this.items[b]] = [this.items[b]!, this.items[a]!]
    ;[this.ranks[a], this.ranks[b]] = [this.ranks[b]!, this.ranks[a]!]
  }
}
