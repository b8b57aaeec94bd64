module.exports = 'right-handed';
