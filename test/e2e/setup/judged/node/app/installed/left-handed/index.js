module.exports = 'left-handed';
