"""Where the boxes of a menu stand on a picture of its flow (CC-4).

Layers by the fewest steps from the start (breadth first); within a layer in the order in which
they are reached, so that the picture does not change when nothing does.
"""

from .ivr import ENDS

WIDTH, HEIGHT, GAP_X, GAP_Y = 190, 54, 70, 26


def layout(menu):
    """Boxes and arrows of a :class:`.ivr.Menu`.

    :return: dict: width, height, boxes (key, kind, x, y, reached), arrows (from, to, label, path)
    """
    layers = _layers(menu)
    boxes = {
        key: {"key": key, "kind": menu.nodes[key].kind, "x": column * (WIDTH + GAP_X),
              "y": row * (HEIGHT + GAP_Y), "reached": reached}
        for column, (keys, reached) in enumerate(layers)
        for row, key in enumerate(keys)
    }  # fmt: skip
    rows = max((len(keys) for keys, _reached in layers), default=1)
    return {
        "width": max(len(layers), 1) * (WIDTH + GAP_X) - GAP_X,
        "height": rows * (HEIGHT + GAP_Y) - GAP_Y,
        "box": [WIDTH, HEIGHT],
        "boxes": list(boxes.values()),
        "arrows": [_arrow(boxes, *one) for one in _edges(menu)],
    }


def _edges(menu):
    """(from, to, label) with the labels of equal arrows joined."""
    found = {}
    for key, node in menu.nodes.items():
        ways = {} if node.kind in ENDS else {**node.ways, **({"": node.next} if node.next else {})}
        for label, target in ways.items():
            if target in menu.nodes:
                found.setdefault((key, target), []).append(label)
    return [(*ends, ", ".join(filter(None, labels))) for ends, labels in found.items()]


def _layers(menu):
    """(keys, reached) of each column; what no call reaches stands in the last."""
    targets = {}
    for key, target, _label in _edges(menu):
        targets.setdefault(key, []).append(target)
    found, layer, seen = [], [menu.start] if menu.start in menu.nodes else [], {menu.start}
    while layer:
        found.append((layer, True))
        following = dict.fromkeys(one for key in layer for one in targets.get(key, ()))
        layer = [key for key in following if key not in seen]
        seen.update(layer)
    rest = [key for key in menu.nodes if key not in seen]
    return [*found, (rest, False)] if rest else found


def _arrow(boxes, begin, end, label):
    """From the right side of a box to the left of the next; backwards around the top."""
    one, two = boxes[begin], boxes[end]
    x1, y1 = one["x"] + WIDTH, one["y"] + HEIGHT / 2
    x2, y2 = two["x"], two["y"] + HEIGHT / 2
    bend = GAP_X / 2 if x2 > x1 else GAP_X
    path = f"M {x1} {y1} C {x1 + bend} {y1}, {x2 - bend} {y2}, {x2} {y2}"
    middle = ((x1 + x2) / 2, (y1 + y2) / 2)
    return {"from": begin, "to": end, "label": label, "path": path, "x": middle[0], "y": middle[1]}
