// jsonwebtoken asks whether this Node is at least 6, 8, 15 or 16. The bundle is made for 24.
exports.satisfies = () => true;
