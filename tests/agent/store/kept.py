"""What a store keeps of the tree, in memory: the leaves and every eighth level above them."""

from collections import defaultdict

from agent.store.merkle import Frontier, Tiles, leaf_hash


class KeptTree:
    def __init__(self, entries=()):
        self.frontier = Frontier()
        self.levels = defaultdict(list)
        self.reads = []
        self.extend(entries)

    def extend(self, entries):
        leaves = [leaf_hash(entry) for entry in entries]
        self.levels[0] += leaves
        for node in self.frontier.extend(leaves):
            assert node.position == len(self.levels[node.level])
            self.levels[node.level].append(node.hash)

    def kept(self, level, start, stop):
        self.reads.append((level, start, stop))
        return self.levels[level][start:stop]

    def tiles(self, size=None):
        return Tiles(self.frontier.size if size is None else size, self.kept)


def numbered(count):
    return [number.to_bytes(4, "big") for number in range(count)]
