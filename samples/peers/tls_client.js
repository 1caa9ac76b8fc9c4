// A TLS client of Node.js that sends one line and prints the answer or the error.
// usage: node tls_client.js PORT NAME CA-FILE

const fs = require('fs');
const tls = require('tls');

const [port, name, ca] = process.argv.slice(2);
const socket = tls.connect({ host: name, port: Number(port), servername: name, ca: fs.readFileSync(ca) }, () => {
    socket.write('hello\n');
});
socket.on('data', (data) => {
    console.log(data.toString());
    socket.end();
});
socket.on('error', (error) => console.log(error.code));
