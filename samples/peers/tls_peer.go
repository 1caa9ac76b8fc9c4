// A TLS client or server of Go's crypto/tls. The client sends one line; the server echoes it.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"strings"
)

var (
	listen   = flag.String("listen", "", "serve on this address")
	connect  = flag.String("connect", "", "connect to this address")
	chain    = flag.String("chain", "", "own certificate chain")
	key      = flag.String("key", "", "own private key")
	roots    = flag.String("roots", "", "authorities to trust; a server then insists on a client certificate")
	alpn     = flag.String("alpn", "", "application protocols, with commas between")
	maxIs12  = flag.Bool("tls12", false, "no TLS 1.3")
	hostName = flag.String("name", "", "name to ask for and to check")
)

func config() *tls.Config {
	c := &tls.Config{ServerName: *hostName}
	if *maxIs12 {
		c.MaxVersion = tls.VersionTLS12
	}
	if *alpn != "" {
		c.NextProtos = strings.Split(*alpn, ",")
	}
	if *chain != "" {
		own, err := tls.LoadX509KeyPair(*chain, *key)
		if err != nil {
			log.Fatal(err)
		}
		c.Certificates = []tls.Certificate{own}
	}
	if *roots != "" {
		pem, err := os.ReadFile(*roots)
		if err != nil {
			log.Fatal(err)
		}
		c.RootCAs = x509.NewCertPool()
		c.RootCAs.AppendCertsFromPEM(pem)
		c.ClientCAs = c.RootCAs
		c.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return c
}

func echo(connection net.Conn) {
	defer connection.Close()
	line, err := bufio.NewReader(connection).ReadString('\n')
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Fprint(connection, line)
}

func serve() {
	listener, err := tls.Listen("tcp", *listen, config())
	if err != nil {
		log.Fatal(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go echo(connection)
	}
}

func main() {
	flag.Parse()
	if *listen != "" {
		serve()
	}
	connection, err := tls.Dial("tcp", *connect, config())
	if err != nil {
		log.Fatal(err)
	}
	defer connection.Close()
	fmt.Fprintln(connection, "hello")
	line, err := bufio.NewReader(connection).ReadString('\n')
	log.Print(line, err)
}
