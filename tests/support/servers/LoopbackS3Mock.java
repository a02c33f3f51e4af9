import com.adobe.testing.s3mock.S3MockApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.support.GenericApplicationContext;

/** S3Mock on http at server.address only; by itself, it also listens on all addresses. */
public class LoopbackS3Mock {
    public static void main(String[] arguments) {
        WebServerFactoryCustomizer<TomcatServletWebServerFactory> onlyServerAddress =
                factory -> factory.getAdditionalTomcatConnectors().clear();
        new SpringApplicationBuilder(S3MockApplication.class)
                .properties("logging.level.root=WARN", "http.port=0")
                .initializers(context -> ((GenericApplicationContext) context).registerBean(
                        "onlyServerAddress", WebServerFactoryCustomizer.class, () -> onlyServerAddress))
                .run(arguments);
    }
}
