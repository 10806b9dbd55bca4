/**
 * Layered layout of a directed graph, from left (parents) to right (children).
 * Pure functions: numbers in, numbers out.
 */

export const NODE_WIDTH = 224;
export const NODE_HEIGHT = 48;
const LAYER_GAP = 64;
const NODE_GAP = 18;
const SWEEPS = 4;

/**
 * @param {number[]} ids
 * @param {[number, number][]} edges (parent, child) pairs
 * @returns {Map<number, {parents: number[], children: number[]}>}
 */
function adjacency(ids, edges) {
    const links = new Map(ids.map((id) => [id, { parents: [], children: [] }]));
    for (const [parent, child] of edges) {
        links.get(parent)?.children.push(child);
        links.get(child)?.parents.push(parent);
    }
    return links;
}

/**
 * Layer of a node: the longest way to it from a node without parents. Nodes of a cycle,
 * which the server refuses, stay in the first layer rather than hang the browser.
 */
function assignLayers(links) {
    const layerOf = new Map([...links.keys()].map((id) => [id, 0]));
    const open = new Map([...links].map(([id, { parents }]) => [id, parents.length]));
    const queue = [...links.keys()].filter((id) => open.get(id) === 0);
    for (let index = 0; index < queue.length; index++) {
        for (const child of links.get(queue[index]).children) {
            layerOf.set(
                child,
                Math.max(layerOf.get(child), layerOf.get(queue[index]) + 1)
            );
            open.set(child, open.get(child) - 1);
            if (open.get(child) === 0) {
                queue.push(child);
            }
        }
    }
    return layerOf;
}

function groupLayers(layerOf) {
    const layers = [];
    for (const [id, layer] of layerOf) {
        (layers[layer] ||= []).push(id);
    }
    return layers.filter(Boolean);
}

/** Sort each layer by the mean position of its neighbours: fewer edges cross. */
function reduceCrossings(layers, links) {
    const position = new Map();
    const rank = (layer) =>
        layer.forEach((id, index) => position.set(id, (index + 1) / (layer.length + 1)));
    layers.forEach(rank);
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
        const forward = sweep % 2 === 0;
        for (const layer of forward ? layers : [...layers].reverse()) {
            const weight = new Map(
                layer.map((id) => {
                    const { parents, children } = links.get(id);
                    return [id, mean(forward ? parents : children, position, id)];
                })
            );
            layer.sort((one, other) => weight.get(one) - weight.get(other));
            rank(layer);
        }
    }
}

function mean(neighbours, position, id) {
    if (!neighbours.length) {
        return position.get(id);
    }
    const sum = neighbours.reduce((total, other) => total + position.get(other), 0);
    return sum / neighbours.length;
}

/**
 * @param {{id: number}[]} nodes
 * @param {[number, number][]} edges (parent, child) pairs of ids
 * @returns {{nodes: Object[], edges: Object[], width: number, height: number}}
 *     nodes with their x and y (top left corner), edges with the path to draw
 */
export function layoutGraph(nodes, edges) {
    const links = adjacency(
        nodes.map((node) => node.id),
        edges
    );
    const layers = groupLayers(assignLayers(links));
    reduceCrossings(layers, links);
    const height =
        Math.max(0, ...layers.map((layer) => layer.length)) * (NODE_HEIGHT + NODE_GAP) -
        NODE_GAP;
    const places = new Map();
    layers.forEach((layer, column) => {
        const free = height - layer.length * (NODE_HEIGHT + NODE_GAP) + NODE_GAP;
        layer.forEach((id, row) =>
            places.set(id, {
                x: column * (NODE_WIDTH + LAYER_GAP),
                y: free / 2 + row * (NODE_HEIGHT + NODE_GAP),
            })
        );
    });
    return {
        nodes: nodes.map((node) => ({ ...node, ...places.get(node.id) })),
        edges: edges
            .filter(([parent, child]) => places.has(parent) && places.has(child))
            .map(([parent, child]) => ({
                key: `${parent}-${child}`,
                parent,
                child,
                path: edgePath(places.get(parent), places.get(child)),
            })),
        width: layers.length * (NODE_WIDTH + LAYER_GAP) - LAYER_GAP,
        height,
    };
}

function edgePath(parent, child) {
    const startX = parent.x + NODE_WIDTH;
    const startY = parent.y + NODE_HEIGHT / 2;
    const endY = child.y + NODE_HEIGHT / 2;
    const bend = Math.max(LAYER_GAP / 2, (child.x - startX) / 2);
    return `M${startX},${startY} C${startX + bend},${startY} ${
        child.x - bend
    },${endY} ${child.x - 6},${endY}`;
}
