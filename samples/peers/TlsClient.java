import java.io.InputStream;
import java.io.OutputStream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * A TLS client of the JDK that sends one line and prints the answer or the error.
 * usage: java -Djavax.net.ssl.trustStore=FILE ... TlsClient PORT NAME TLSv1.2|TLSv1.3
 */
public class TlsClient {
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        try (SSLSocket socket = (SSLSocket) factory.createSocket(arguments[1], port)) {
            socket.setEnabledProtocols(new String[] {arguments[2]});
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            OutputStream out = socket.getOutputStream();
            out.write("hello\n".getBytes());
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[64];
            System.out.println(new String(answer, 0, Math.max(in.read(answer), 0)));
        } catch (java.io.IOException error) {
            System.out.println(error);
        }
    }
}
